CREATE TABLE "authenticators" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"subject_id" uuid NOT NULL,
	"session_id" uuid,
	"status" text NOT NULL,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "authenticators_application_id_id_pk" PRIMARY KEY("application_id","id"),
	CONSTRAINT "authenticators_subject" UNIQUE("application_id","subject_id")
);
--> statement-breakpoint
CREATE TABLE "idempotent_requests" (
	"application_id" uuid NOT NULL,
	"key_digest" "bytea" NOT NULL,
	"request_digest" "bytea" NOT NULL,
	"sealed_answer" "bytea",
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotent_requests_application_id_key_digest_pk" PRIMARY KEY("application_id","key_digest")
);
--> statement-breakpoint
CREATE TABLE "kept_images" (
	"application_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"subject_id" uuid,
	"session_id" uuid,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "kept_images_application_id_owner_id_pk" PRIMARY KEY("application_id","owner_id"),
	CONSTRAINT "kept_images_owner" CHECK (coalesce("kept_images"."subject_id", "kept_images"."session_id") = "kept_images"."owner_id")
);
--> statement-breakpoint
CREATE TABLE "session_photos" (
	"application_id" uuid NOT NULL,
	"session_id" uuid NOT NULL,
	"model_id" text NOT NULL,
	"key_version" smallint NOT NULL,
	"vector" halfvec NOT NULL,
	"min_level" smallint NOT NULL,
	CONSTRAINT "session_photos_application_id_session_id_pk" PRIMARY KEY("application_id","session_id")
);
--> statement-breakpoint
ALTER TABLE "credentials" DROP CONSTRAINT "credentials_application_id_kind_pk";--> statement-breakpoint
ALTER TABLE "results" ALTER COLUMN "subject_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_application_id_id_pk" PRIMARY KEY("application_id","id");--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "name" text DEFAULT 'default' NOT NULL;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "scopes" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "results" ADD COLUMN "match_level" smallint;--> statement-breakpoint
ALTER TABLE "subjects" ADD COLUMN "number" bigserial NOT NULL;--> statement-breakpoint
ALTER TABLE "subjects" ADD COLUMN "name" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "authenticators" ADD CONSTRAINT "authenticators_application_id_subject_id_subjects_application_id_id_fk" FOREIGN KEY ("application_id","subject_id") REFERENCES "public"."subjects"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotent_requests" ADD CONSTRAINT "idempotent_requests_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kept_images" ADD CONSTRAINT "kept_images_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kept_images" ADD CONSTRAINT "kept_images_application_id_subject_id_subjects_application_id_id_fk" FOREIGN KEY ("application_id","subject_id") REFERENCES "public"."subjects"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "kept_images" ADD CONSTRAINT "kept_images_application_id_session_id_sessions_application_id_id_fk" FOREIGN KEY ("application_id","session_id") REFERENCES "public"."sessions"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_photos" ADD CONSTRAINT "session_photos_application_id_session_id_sessions_application_id_id_fk" FOREIGN KEY ("application_id","session_id") REFERENCES "public"."sessions"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "authenticators_session" ON "authenticators" USING btree ("application_id","session_id");--> statement-breakpoint
CREATE INDEX "idempotent_requests_age" ON "idempotent_requests" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "audit_records_subject" ON "audit_records" USING btree ("application_id","subject_id","id");--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_name" UNIQUE("application_id","kind","name");--> statement-breakpoint
UPDATE "applications" SET "settings" = '{"retain_images":false,"refuse_morphs":true,"review_enrolments":false,"activation_seconds":86400,"uqudo_strict_delete":true,"ufme_pad_threshold":0.15,"ufme_quality_threshold":0.4,"ufme_on_existing":"replace"}'::jsonb || "settings";
