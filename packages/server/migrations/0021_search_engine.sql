ALTER TABLE "galleries" ADD COLUMN "search_engine" text DEFAULT 'auto' NOT NULL;--> statement-breakpoint
ALTER TABLE "galleries" ADD COLUMN "hnsw_ef_search" smallint;--> statement-breakpoint
ALTER TABLE "galleries" ADD CONSTRAINT "galleries_search_engine" CHECK ("galleries"."search_engine" in ('auto', 'database', 'memory', 'hnsw'));--> statement-breakpoint
ALTER TABLE "galleries" ADD CONSTRAINT "galleries_hnsw_ef_search" CHECK ("galleries"."hnsw_ef_search" between 1 and 1000);