ALTER TABLE "faces" ALTER COLUMN "vector" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "session_photos" ALTER COLUMN "vector" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "application_keys" ADD COLUMN "protection" text DEFAULT 'rotated' NOT NULL;--> statement-breakpoint
ALTER TABLE "faces" ADD COLUMN "sealed" "bytea";--> statement-breakpoint
ALTER TABLE "session_photos" ADD COLUMN "sealed" "bytea";--> statement-breakpoint
ALTER TABLE "application_keys" ADD CONSTRAINT "application_keys_protection" CHECK ("application_keys"."protection" in ('rotated', 'sealed'));--> statement-breakpoint
ALTER TABLE "faces" ADD CONSTRAINT "faces_one_form" CHECK (num_nonnulls("faces"."vector", "faces"."sealed") = 1);--> statement-breakpoint
ALTER TABLE "session_photos" ADD CONSTRAINT "session_photos_one_form" CHECK (num_nonnulls("session_photos"."vector", "session_photos"."sealed") = 1);