CREATE TABLE "applications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"public_id" text NOT NULL,
	"name" text NOT NULL,
	"settings" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "applications_public_id_unique" UNIQUE("public_id")
);
--> statement-breakpoint
CREATE TABLE "audit_records" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"event" text NOT NULL,
	"outcome" text NOT NULL,
	"subject_id" uuid,
	"session_id" uuid,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "audit_records_application_id_id_pk" PRIMARY KEY("application_id","id")
);
--> statement-breakpoint
CREATE TABLE "challenges" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"nonce" text NOT NULL,
	"operation" text NOT NULL,
	"level" text NOT NULL,
	"model_id" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "challenges_application_id_id_pk" PRIMARY KEY("application_id","id")
);
--> statement-breakpoint
CREATE TABLE "consents" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subject_id" uuid NOT NULL,
	"policy_version" text NOT NULL,
	"text_sha256" text NOT NULL,
	"locale" text NOT NULL,
	"given_at" timestamp with time zone NOT NULL,
	"method" text NOT NULL,
	"recorded_at" timestamp with time zone NOT NULL,
	"withdrawn_at" timestamp with time zone,
	CONSTRAINT "consents_application_id_id_pk" PRIMARY KEY("application_id","id")
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"client_id" text,
	"secret_digest" "bytea" NOT NULL,
	"gallery_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "credentials_application_id_kind_pk" PRIMARY KEY("application_id","kind")
);
--> statement-breakpoint
CREATE TABLE "faces" (
	"application_id" uuid NOT NULL,
	"gallery_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subject_id" uuid NOT NULL,
	"model_id" text NOT NULL,
	"key_version" smallint NOT NULL,
	"dimension" smallint NOT NULL,
	"vector" halfvec NOT NULL,
	CONSTRAINT "faces_application_id_gallery_id_id_pk" PRIMARY KEY("application_id","gallery_id","id"),
	CONSTRAINT "faces_dimension" CHECK (vector_dims("faces"."vector") = "faces"."dimension"),
	CONSTRAINT "faces_power_of_two" CHECK ("faces"."dimension" > 0 and ("faces"."dimension" & ("faces"."dimension" - 1)) = 0),
	CONSTRAINT "faces_unit" CHECK (l2_norm("faces"."vector") between 0.998 and 1.002)
);
--> statement-breakpoint
CREATE TABLE "galleries" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "galleries_application_id_id_pk" PRIMARY KEY("application_id","id"),
	CONSTRAINT "galleries_name" UNIQUE("application_id","name")
);
--> statement-breakpoint
CREATE TABLE "gallery_changes" (
	"application_id" uuid NOT NULL,
	"gallery_id" uuid NOT NULL,
	"seq" bigserial NOT NULL,
	"face_id" uuid NOT NULL,
	"operation" text NOT NULL,
	CONSTRAINT "gallery_changes_application_id_gallery_id_seq_pk" PRIMARY KEY("application_id","gallery_id","seq")
);
--> statement-breakpoint
CREATE TABLE "pending_submissions" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"candidate_ids" uuid[] NOT NULL,
	"origin" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "pending_submissions_application_id_id_pk" PRIMARY KEY("application_id","id")
);
--> statement-breakpoint
CREATE TABLE "pins" (
	"application_id" uuid NOT NULL,
	"subject_id" uuid NOT NULL,
	"hash" text NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"set_at" timestamp with time zone NOT NULL,
	CONSTRAINT "pins_application_id_subject_id_pk" PRIMARY KEY("application_id","subject_id")
);
--> statement-breakpoint
CREATE TABLE "results" (
	"application_id" uuid NOT NULL,
	"code_digest" "bytea" NOT NULL,
	"id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"subject_id" uuid NOT NULL,
	"operation" text NOT NULL,
	"assurance" text NOT NULL,
	"factors" text[] NOT NULL,
	"origin" text,
	"auth_time" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"redeemed_at" timestamp with time zone,
	CONSTRAINT "results_application_id_code_digest_pk" PRIMARY KEY("application_id","code_digest")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"gallery_id" uuid NOT NULL,
	"operation" text NOT NULL,
	"opener" text NOT NULL,
	"token_digest" "bytea" NOT NULL,
	"origin" text,
	"external_ref" text,
	"subject_id" uuid,
	"nonce" text,
	"code_challenge" text,
	"face_tries" integer DEFAULT 0 NOT NULL,
	"pin_tries" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sessions_application_id_id_pk" PRIMARY KEY("application_id","id")
);
--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"key_id" text PRIMARY KEY NOT NULL,
	"slot" integer NOT NULL,
	"sealed" "bytea" NOT NULL,
	"is_retired" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "signing_keys_slot_unique" UNIQUE("slot")
);
--> statement-breakpoint
CREATE TABLE "subjects" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"gallery_id" uuid NOT NULL,
	"external_ref" text,
	"payload" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone,
	CONSTRAINT "subjects_application_id_id_pk" PRIMARY KEY("application_id","id"),
	CONSTRAINT "subjects_external_ref" UNIQUE("application_id","gallery_id","external_ref")
);
--> statement-breakpoint
CREATE TABLE "template_digests" (
	"application_id" uuid NOT NULL,
	"digest" "bytea" NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	CONSTRAINT "template_digests_application_id_digest_pk" PRIMARY KEY("application_id","digest")
);
--> statement-breakpoint
CREATE TABLE "tombstones" (
	"application_id" uuid NOT NULL,
	"digest" "bytea" NOT NULL,
	"deleted_at" timestamp with time zone NOT NULL,
	CONSTRAINT "tombstones_application_id_digest_pk" PRIMARY KEY("application_id","digest")
);
--> statement-breakpoint
ALTER TABLE "challenges" ADD CONSTRAINT "challenges_application_id_session_id_sessions_application_id_id_fk" FOREIGN KEY ("application_id","session_id") REFERENCES "public"."sessions"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consents" ADD CONSTRAINT "consents_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_application_id_gallery_id_galleries_application_id_id_fk" FOREIGN KEY ("application_id","gallery_id") REFERENCES "public"."galleries"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "faces" ADD CONSTRAINT "faces_application_id_subject_id_subjects_application_id_id_fk" FOREIGN KEY ("application_id","subject_id") REFERENCES "public"."subjects"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "galleries" ADD CONSTRAINT "galleries_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gallery_changes" ADD CONSTRAINT "gallery_changes_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pending_submissions" ADD CONSTRAINT "pending_submissions_application_id_session_id_sessions_application_id_id_fk" FOREIGN KEY ("application_id","session_id") REFERENCES "public"."sessions"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pins" ADD CONSTRAINT "pins_application_id_subject_id_subjects_application_id_id_fk" FOREIGN KEY ("application_id","subject_id") REFERENCES "public"."subjects"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "results" ADD CONSTRAINT "results_application_id_session_id_sessions_application_id_id_fk" FOREIGN KEY ("application_id","session_id") REFERENCES "public"."sessions"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subjects" ADD CONSTRAINT "subjects_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "subjects" ADD CONSTRAINT "subjects_application_id_gallery_id_galleries_application_id_id_fk" FOREIGN KEY ("application_id","gallery_id") REFERENCES "public"."galleries"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "template_digests" ADD CONSTRAINT "template_digests_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tombstones" ADD CONSTRAINT "tombstones_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "challenges_session" ON "challenges" USING btree ("application_id","session_id");--> statement-breakpoint
CREATE INDEX "consents_subject" ON "consents" USING btree ("application_id","subject_id");--> statement-breakpoint
CREATE INDEX "credentials_secret" ON "credentials" USING btree ("kind","secret_digest");--> statement-breakpoint
CREATE INDEX "credentials_client" ON "credentials" USING btree ("kind","client_id");--> statement-breakpoint
CREATE INDEX "faces_subject" ON "faces" USING btree ("application_id","subject_id");--> statement-breakpoint
CREATE INDEX "pending_session" ON "pending_submissions" USING btree ("application_id","session_id");--> statement-breakpoint
CREATE INDEX "results_session" ON "results" USING btree ("application_id","session_id");--> statement-breakpoint
CREATE UNIQUE INDEX "sessions_token" ON "sessions" USING btree ("token_digest");--> statement-breakpoint
CREATE INDEX "sessions_expiry" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "template_digests_age" ON "template_digests" USING btree ("seen_at");