ALTER TABLE "consents" ADD COLUMN "purpose" text DEFAULT 'enrolment' NOT NULL;--> statement-breakpoint
ALTER TABLE "offline_devices" ADD COLUMN "swept_seq" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "offline_events_waiting" ON "offline_events" USING btree ("application_id","number") WHERE "offline_events"."status" = 'quarantined';--> statement-breakpoint
UPDATE "consents" SET "purpose" = 'offline' WHERE "method" = 'widget' AND "policy_version" LIKE '%+offline';
