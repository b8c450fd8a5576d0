CREATE INDEX "kept_images_subject" ON "kept_images" USING btree ("application_id","subject_id");--> statement-breakpoint
CREATE INDEX "kept_images_session" ON "kept_images" USING btree ("application_id","session_id");--> statement-breakpoint
CREATE INDEX "passkey_challenges_session" ON "passkey_challenges" USING btree ("application_id","session_id");