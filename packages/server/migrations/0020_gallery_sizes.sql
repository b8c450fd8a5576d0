-- First of all, in the order in which enrolments take them: a lock that is taken later could wait for somebody who waits for this.
LOCK TABLE "galleries", "faces" IN ACCESS EXCLUSIVE MODE;--> statement-breakpoint
CREATE TABLE "gallery_sizes" (
	"application_id" uuid NOT NULL,
	"gallery_id" uuid NOT NULL,
	"model_id" text NOT NULL,
	"faces" integer NOT NULL,
	CONSTRAINT "gallery_sizes_application_id_gallery_id_model_id_pk" PRIMARY KEY("application_id","gallery_id","model_id"),
	CONSTRAINT "gallery_sizes_faces" CHECK ("gallery_sizes"."faces" >= 0)
);
--> statement-breakpoint
ALTER TABLE "gallery_sizes" ADD CONSTRAINT "gallery_sizes_application_id_gallery_id_galleries_application_id_id_fk" FOREIGN KEY ("application_id","gallery_id") REFERENCES "public"."galleries"("application_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
-- Once a statement, however many faces it writes: the rows of one statement are one change of each size.
CREATE FUNCTION "count_added_faces"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- In one order, so that two who write to the same galleries wait for each other in turn.
  INSERT INTO "public"."gallery_sizes" AS size ("application_id", "gallery_id", "model_id", "faces")
    SELECT "application_id", "gallery_id", "model_id", count(*) FROM added GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT ("application_id", "gallery_id", "model_id") DO UPDATE SET "faces" = size."faces" + excluded."faces";
  RETURN NULL;
END $$;--> statement-breakpoint
-- A size that is gone already went with its gallery.
CREATE FUNCTION "count_removed_faces"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM "public"."gallery_sizes" size
    WHERE (size."application_id", size."gallery_id", size."model_id") IN (SELECT "application_id", "gallery_id", "model_id" FROM removed)
    ORDER BY size."application_id", size."gallery_id", size."model_id" FOR NO KEY UPDATE;
  UPDATE "public"."gallery_sizes" size SET "faces" = size."faces" - gone."faces"
    FROM (SELECT "application_id", "gallery_id", "model_id", count(*) AS "faces" FROM removed GROUP BY 1, 2, 3) gone
    WHERE (size."application_id", size."gallery_id", size."model_id") = (gone."application_id", gone."gallery_id", gone."model_id");
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION "count_moved_face"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE "public"."gallery_sizes" SET "faces" = "faces" - 1
    WHERE ("application_id", "gallery_id", "model_id") = (OLD."application_id", OLD."gallery_id", OLD."model_id");
  INSERT INTO "public"."gallery_sizes" AS size ("application_id", "gallery_id", "model_id", "faces")
    VALUES (NEW."application_id", NEW."gallery_id", NEW."model_id", 1)
    ON CONFLICT ("application_id", "gallery_id", "model_id") DO UPDATE SET "faces" = size."faces" + 1;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION "count_no_faces"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN DELETE FROM "public"."gallery_sizes"; RETURN NULL; END $$;--> statement-breakpoint
CREATE TRIGGER "faces_added" AFTER INSERT ON "faces" REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION "count_added_faces"();--> statement-breakpoint
CREATE TRIGGER "faces_removed" AFTER DELETE ON "faces" REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION "count_removed_faces"();--> statement-breakpoint
-- A renewed key moves no face: that it writes every row costs nothing here.
CREATE TRIGGER "faces_moved" AFTER UPDATE OF "application_id", "gallery_id", "model_id" ON "faces" FOR EACH ROW
  WHEN ((OLD."application_id", OLD."gallery_id", OLD."model_id") IS DISTINCT FROM (NEW."application_id", NEW."gallery_id", NEW."model_id"))
  EXECUTE FUNCTION "count_moved_face"();--> statement-breakpoint
CREATE TRIGGER "faces_emptied" AFTER TRUNCATE ON "faces" FOR EACH STATEMENT EXECUTE FUNCTION "count_no_faces"();--> statement-breakpoint
-- After the triggers, which let nobody write to the table until this is done.
INSERT INTO "gallery_sizes" SELECT "application_id", "gallery_id", "model_id", count(*) FROM "faces" GROUP BY 1, 2, 3;
