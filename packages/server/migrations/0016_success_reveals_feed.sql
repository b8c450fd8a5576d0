ALTER TABLE "galleries" ADD COLUMN "changes_floor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "gallery_changes" ADD COLUMN "at" timestamp with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "pending_submissions" ADD COLUMN "clears" jsonb;--> statement-breakpoint
CREATE INDEX "audit_records_reveals" ON "audit_records" USING btree ("application_id","outcome") WHERE "audit_records"."outcome" in ('reveal', 'reveal_owed', 'reveal_missed');--> statement-breakpoint
CREATE INDEX "challenges_reveal" ON "challenges" USING btree ("reveal_until") WHERE "challenges"."reveal_digest" is not null and "challenges"."revealed_at" is null;--> statement-breakpoint
CREATE INDEX "gallery_changes_age" ON "gallery_changes" USING btree ("at");