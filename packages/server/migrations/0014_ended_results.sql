ALTER TABLE "results" ADD COLUMN "ended_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "results_subject" ON "results" USING btree ("application_id","subject_id");