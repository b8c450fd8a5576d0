-- The bytes stay what they were: they are sealed when the server starts.
ALTER TABLE "pins" ALTER COLUMN "hash" SET DATA TYPE bytea USING convert_to("hash", 'UTF8');--> statement-breakpoint
ALTER TABLE "subjects" ALTER COLUMN "payload" SET DATA TYPE bytea USING convert_to("payload", 'UTF8');--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ALTER COLUMN "body" SET DATA TYPE bytea USING convert_to("body", 'UTF8');--> statement-breakpoint
ALTER TABLE "application_keys" ADD COLUMN "use" text NOT NULL;--> statement-breakpoint
ALTER TABLE "pins" ADD COLUMN "pepper_version" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "application_keys" DROP COLUMN "master_version";
