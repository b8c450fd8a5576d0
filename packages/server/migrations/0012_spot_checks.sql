ALTER TABLE "challenges" ADD COLUMN "commits_crops" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "challenges" ADD COLUMN "reveal_digest" "bytea";--> statement-breakpoint
ALTER TABLE "challenges" ADD COLUMN "reveal_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "challenges" ADD COLUMN "revealed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "devices" ADD COLUMN "owes_reveal" boolean DEFAULT false NOT NULL;