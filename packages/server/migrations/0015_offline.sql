CREATE TABLE "offline_devices" (
	"application_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"gallery_id" uuid NOT NULL,
	"subject_id" uuid,
	"label" text,
	"status" text NOT NULL,
	"code_digest" "bytea",
	"code_expires_at" timestamp with time zone,
	"key_id" text,
	"public_key" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	"registered_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_seen_at" timestamp with time zone,
	"epoch" bigint DEFAULT 0 NOT NULL,
	"handed_at" timestamp with time zone,
	"applied_epoch" bigint DEFAULT 0 NOT NULL,
	"current_at" timestamp with time zone,
	"floor_epoch" bigint DEFAULT 0 NOT NULL,
	"is_forked" boolean DEFAULT false NOT NULL,
	CONSTRAINT "offline_devices_application_id_id_pk" PRIMARY KEY("application_id","id")
);
--> statement-breakpoint
CREATE TABLE "offline_events" (
	"application_id" uuid NOT NULL,
	"device_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"number" bigserial NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL,
	"prev_hash" text NOT NULL,
	"op" text NOT NULL,
	"subject_id" uuid,
	"at" timestamp with time zone NOT NULL,
	"mono_ms" bigint NOT NULL,
	"boot_id" uuid NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"is_clock_suspect" boolean NOT NULL,
	"held" "bytea",
	CONSTRAINT "offline_events_application_id_device_id_id_pk" PRIMARY KEY("application_id","device_id","id")
);
--> statement-breakpoint
CREATE TABLE "offline_faces" (
	"application_id" uuid NOT NULL,
	"device_id" uuid NOT NULL,
	"face_id" uuid NOT NULL,
	"subject_id" uuid,
	"template_hash" text NOT NULL,
	"added_epoch" bigint,
	"removed_epoch" bigint,
	"removed_at" timestamp with time zone,
	CONSTRAINT "offline_faces_application_id_device_id_face_id_pk" PRIMARY KEY("application_id","device_id","face_id")
);
--> statement-breakpoint
CREATE TABLE "offline_snapshots" (
	"application_id" uuid NOT NULL,
	"device_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"cursor" bigint NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "offline_snapshots_application_id_device_id_id_pk" PRIMARY KEY("application_id","device_id","id")
);
--> statement-breakpoint
CREATE TABLE "offline_tickets" (
	"application_id" uuid NOT NULL,
	"device_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"not_before" timestamp with time zone NOT NULL,
	"not_after" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "offline_tickets_application_id_device_id_id_pk" PRIMARY KEY("application_id","device_id","id")
);
--> statement-breakpoint
ALTER TABLE "offline_devices" ADD CONSTRAINT "offline_devices_application_id_applications_id_fk" FOREIGN KEY ("application_id") REFERENCES "public"."applications"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offline_devices" ADD CONSTRAINT "offline_devices_application_id_gallery_id_galleries_application_id_id_fk" FOREIGN KEY ("application_id","gallery_id") REFERENCES "public"."galleries"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offline_events" ADD CONSTRAINT "offline_events_application_id_device_id_offline_devices_application_id_id_fk" FOREIGN KEY ("application_id","device_id") REFERENCES "public"."offline_devices"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offline_faces" ADD CONSTRAINT "offline_faces_application_id_device_id_offline_devices_application_id_id_fk" FOREIGN KEY ("application_id","device_id") REFERENCES "public"."offline_devices"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offline_snapshots" ADD CONSTRAINT "offline_snapshots_application_id_device_id_offline_devices_application_id_id_fk" FOREIGN KEY ("application_id","device_id") REFERENCES "public"."offline_devices"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offline_tickets" ADD CONSTRAINT "offline_tickets_application_id_device_id_offline_devices_application_id_id_fk" FOREIGN KEY ("application_id","device_id") REFERENCES "public"."offline_devices"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "offline_devices_id" ON "offline_devices" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "offline_devices_code" ON "offline_devices" USING btree ("code_digest");--> statement-breakpoint
CREATE INDEX "offline_devices_subject" ON "offline_devices" USING btree ("application_id","subject_id");--> statement-breakpoint
CREATE INDEX "offline_events_place" ON "offline_events" USING btree ("application_id","device_id","seq");--> statement-breakpoint
CREATE INDEX "offline_events_newest" ON "offline_events" USING btree ("application_id","number");--> statement-breakpoint
CREATE INDEX "offline_events_subject" ON "offline_events" USING btree ("application_id","subject_id");--> statement-breakpoint
CREATE INDEX "offline_events_age" ON "offline_events" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "offline_faces_subject" ON "offline_faces" USING btree ("application_id","subject_id");--> statement-breakpoint
CREATE INDEX "offline_faces_removed" ON "offline_faces" USING btree ("removed_at");--> statement-breakpoint
CREATE INDEX "offline_snapshots_expiry" ON "offline_snapshots" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "offline_tickets_end" ON "offline_tickets" USING btree ("not_after");--> statement-breakpoint
UPDATE "applications" SET "settings" = '{"offline":"off","offline_max_people":500,"offline_drafts":"check"}'::jsonb || "settings";
