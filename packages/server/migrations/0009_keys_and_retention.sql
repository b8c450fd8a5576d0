-- First of all, in the order in which enrolments take them: indexes one by one would wait for somebody who waits for this.
LOCK TABLE "subjects", "faces", "pins", "recent_probes", "session_photos", "kept_images" IN SHARE MODE;--> statement-breakpoint
CREATE TABLE "retention_sweeps" (
	"id" smallint PRIMARY KEY NOT NULL,
	"swept_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
-- Before anybody can write under a wrong clock: what was done last is what is known of the time.
INSERT INTO "retention_sweeps" SELECT 1, max("at") FROM "audit_records" HAVING max("at") IS NOT NULL;--> statement-breakpoint
CREATE INDEX "faces_key_version" ON "faces" USING btree ("application_id","key_version");--> statement-breakpoint
CREATE INDEX "kept_images_key_version" ON "kept_images" USING btree ("application_id",substring("sealed" from 1 for 3));--> statement-breakpoint
CREATE INDEX "pins_key_version" ON "pins" USING btree ("application_id",substring("hash" from 1 for 3));--> statement-breakpoint
CREATE INDEX "pins_pepper_version" ON "pins" USING btree ("application_id","pepper_version");--> statement-breakpoint
CREATE INDEX "recent_probes_key_version" ON "recent_probes" USING btree ("application_id","key_version");--> statement-breakpoint
CREATE INDEX "session_photos_key_version" ON "session_photos" USING btree ("application_id","key_version");--> statement-breakpoint
CREATE INDEX "subjects_key_version" ON "subjects" USING btree ("application_id",substring("payload" from 1 for 3));