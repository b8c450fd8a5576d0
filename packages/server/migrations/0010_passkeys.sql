ALTER TABLE "passkey_challenges" ADD COLUMN "submission_id" uuid;--> statement-breakpoint
UPDATE "applications" SET "settings" = '{"passkeys":"off"}'::jsonb || "settings";
