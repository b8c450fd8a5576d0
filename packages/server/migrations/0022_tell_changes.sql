-- Other servers are told after the commit what they may have in memory: a hint, by ids alone. Who misses one finds it by looking.
CREATE FUNCTION "tell_changes"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The embedded database has one process, which knows.
  IF coalesce(current_setting('mien.tells', true), '') <> 'off' THEN PERFORM pg_notify('mien_changes', TG_ARGV[0]); END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION "tell_galleries"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('mien.tells', true), '') <> 'off' THEN
    PERFORM pg_notify('mien_changes', 'faces ' || "gallery_id") FROM (SELECT DISTINCT "gallery_id" FROM changed) each;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE FUNCTION "tell_lost_galleries"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('mien.tells', true), '') <> 'off' THEN
    PERFORM pg_notify('mien_changes', 'faces ' || "id") FROM lost;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "gallery_changes_told" AFTER INSERT ON "gallery_changes" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION "tell_galleries"();--> statement-breakpoint
CREATE TRIGGER "galleries_lost_told" AFTER DELETE ON "galleries" REFERENCING OLD TABLE AS lost FOR EACH STATEMENT EXECUTE FUNCTION "tell_lost_galleries"();--> statement-breakpoint
CREATE TRIGGER "signing_keys_told" AFTER INSERT OR UPDATE OR DELETE ON "signing_keys" FOR EACH STATEMENT EXECUTE FUNCTION "tell_changes"('signing_keys');
