CREATE TABLE "api_calls" (
	"application_id" uuid NOT NULL,
	"dialect" text NOT NULL,
	"calls" bigint NOT NULL,
	CONSTRAINT "api_calls_application_id_dialect_pk" PRIMARY KEY("application_id","dialect")
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"application_id" uuid NOT NULL,
	"endpoint_id" uuid NOT NULL,
	"seq" bigserial NOT NULL,
	"id" uuid NOT NULL,
	"event" text NOT NULL,
	"subject_id" uuid,
	"body" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_attempt_at" timestamp with time zone,
	"last_status" integer,
	"last_error" text,
	"delivered_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhook_deliveries_application_id_endpoint_id_seq_pk" PRIMARY KEY("application_id","endpoint_id","seq"),
	CONSTRAINT "webhook_deliveries_id" UNIQUE("application_id","id")
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"url" text NOT NULL,
	"events" text[] NOT NULL,
	"casing" text NOT NULL,
	"include_payload" boolean NOT NULL,
	"sealed_secrets" "bytea" NOT NULL,
	"status" text NOT NULL,
	"failing_since" timestamp with time zone,
	"next_attempt_at" timestamp with time zone NOT NULL,
	"leased_until" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhook_endpoints_application_id_id_pk" PRIMARY KEY("application_id","id")
);
--> statement-breakpoint
ALTER TABLE "challenges" ADD COLUMN "script" jsonb;--> statement-breakpoint
ALTER TABLE "pending_submissions" ADD COLUMN "page_claims" jsonb DEFAULT '{"active_check":"none","camera":null}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "pins" ADD COLUMN "unique_digest" "bytea";--> statement-breakpoint
ALTER TABLE "results" ADD COLUMN "page_claims" jsonb DEFAULT '{"active_check":"none","camera":null}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "api_calls" ADD CONSTRAINT "api_calls_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_application_id_endpoint_id_webhook_endpoints_application_id_id_fk" FOREIGN KEY ("application_id","endpoint_id") REFERENCES "public"."webhook_endpoints"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_endpoints" ADD CONSTRAINT "webhook_endpoints_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_pending" ON "webhook_deliveries" USING btree ("application_id","endpoint_id","state","seq");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_subject" ON "webhook_deliveries" USING btree ("application_id","subject_id");--> statement-breakpoint
CREATE INDEX "webhook_endpoints_due" ON "webhook_endpoints" USING btree ("status","next_attempt_at");--> statement-breakpoint
ALTER TABLE "pins" ADD CONSTRAINT "pins_unique_digest" UNIQUE("application_id","unique_digest");--> statement-breakpoint
UPDATE "applications" SET "settings" = '{"reject_empty_origin":true,"countries":[],"consent_texts":[],"attributes":"off","minimum_age":18,"unique_pins":false,"reject_obscured":true,"active_steps":0,"active_actions":["turn_left","turn_right","blink","come_closer"],"session_seconds":900}'::jsonb || "settings";
