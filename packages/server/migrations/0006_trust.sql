CREATE TABLE "application_keys" (
	"application_id" uuid NOT NULL,
	"version" smallint NOT NULL,
	"master_version" smallint NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "application_keys_application_id_version_pk" PRIMARY KEY("application_id","version")
);
--> statement-breakpoint
CREATE TABLE "attempts" (
	"application_id" uuid NOT NULL,
	"scope_digest" "bytea" NOT NULL,
	"failures" integer NOT NULL,
	"blocked_until" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "attempts_application_id_scope_digest_pk" PRIMARY KEY("application_id","scope_digest")
);
--> statement-breakpoint
CREATE TABLE "audit_seals" (
	"application_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"record_id" uuid NOT NULL,
	"seal" "bytea" NOT NULL,
	CONSTRAINT "audit_seals_application_id_seq_pk" PRIMARY KEY("application_id","seq"),
	CONSTRAINT "audit_seals_record" UNIQUE("application_id","record_id")
);
--> statement-breakpoint
CREATE TABLE "devices" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subject_id" uuid NOT NULL,
	"key_id" text NOT NULL,
	"public_key" jsonb NOT NULL,
	"label" text,
	"status" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "devices_application_id_id_pk" PRIMARY KEY("application_id","id"),
	CONSTRAINT "devices_key" UNIQUE("application_id","subject_id","key_id")
);
--> statement-breakpoint
CREATE TABLE "passkey_challenges" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"challenge" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "passkey_challenges_application_id_id_pk" PRIMARY KEY("application_id","id")
);
--> statement-breakpoint
CREATE TABLE "passkeys" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subject_id" uuid NOT NULL,
	"credential_id" text NOT NULL,
	"public_key" "bytea" NOT NULL,
	"sign_count" bigint NOT NULL,
	"transports" text[] DEFAULT '{}' NOT NULL,
	"relying_party" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	CONSTRAINT "passkeys_application_id_id_pk" PRIMARY KEY("application_id","id"),
	CONSTRAINT "passkeys_credential" UNIQUE("application_id","credential_id")
);
--> statement-breakpoint
CREATE TABLE "rate_windows" (
	"key_digest" "bytea" PRIMARY KEY NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"taken" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "recent_probes" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subject_id" uuid NOT NULL,
	"model_id" text NOT NULL,
	"key_version" smallint NOT NULL,
	"vector" halfvec NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "recent_probes_application_id_id_pk" PRIMARY KEY("application_id","id")
);
--> statement-breakpoint
ALTER TABLE "challenges" ADD COLUMN "capture_script" jsonb;--> statement-breakpoint
ALTER TABLE "challenges" ADD COLUMN "device_key_id" text;--> statement-breakpoint
ALTER TABLE "pending_submissions" ADD COLUMN "server_verified" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "pending_submissions" ADD COLUMN "device_key_id" text;--> statement-breakpoint
ALTER TABLE "pending_submissions" ADD COLUMN "offered_key" jsonb;--> statement-breakpoint
ALTER TABLE "pending_submissions" ADD COLUMN "offered_label" text;--> statement-breakpoint
ALTER TABLE "results" ADD COLUMN "server_verified" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "results" ADD COLUMN "device_id" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "min_assurance" text DEFAULT 'A0' NOT NULL;--> statement-breakpoint
ALTER TABLE "application_keys" ADD CONSTRAINT "application_keys_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_application_id_subject_id_subjects_application_id_id_fk" FOREIGN KEY ("application_id","subject_id") REFERENCES "public"."subjects"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkey_challenges" ADD CONSTRAINT "passkey_challenges_application_id_session_id_sessions_application_id_id_fk" FOREIGN KEY ("application_id","session_id") REFERENCES "public"."sessions"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "passkeys" ADD CONSTRAINT "passkeys_application_id_subject_id_subjects_application_id_id_fk" FOREIGN KEY ("application_id","subject_id") REFERENCES "public"."subjects"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "recent_probes" ADD CONSTRAINT "recent_probes_application_id_subject_id_subjects_application_id_id_fk" FOREIGN KEY ("application_id","subject_id") REFERENCES "public"."subjects"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attempts_age" ON "attempts" USING btree ("updated_at");--> statement-breakpoint
CREATE INDEX "devices_by_key" ON "devices" USING btree ("application_id","key_id");--> statement-breakpoint
CREATE INDEX "passkeys_subject" ON "passkeys" USING btree ("application_id","subject_id");--> statement-breakpoint
CREATE INDEX "rate_windows_age" ON "rate_windows" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "recent_probes_subject" ON "recent_probes" USING btree ("application_id","subject_id","id");--> statement-breakpoint
-- Nobody who is there is erased because a newer version would: an operator turns it on.
UPDATE "applications" SET "settings" = '{"min_assurance_enroll":"A0","min_assurance_authenticate":"A0","page_enroll":true,"page_authenticate":true,"device_keys":true,"new_device":"second_factor","flashes":true,"spot_check_percent":0,"protection":"rotated","retention_days":null,"failed_searches_per_hour":600}'::jsonb || "settings";
