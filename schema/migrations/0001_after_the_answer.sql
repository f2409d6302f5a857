CREATE TABLE `consent_proofs` (
	`lead_id` text PRIMARY KEY NOT NULL,
	`tenant` text DEFAULT 'main' NOT NULL,
	`month` integer NOT NULL,
	`at` integer NOT NULL,
	`campaign_id` text NOT NULL,
	`phone_mark` text,
	`sealed` text NOT NULL,
	`wrapped_key` text NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `consent_until` ON `consent_proofs` (`until`);--> statement-breakpoint
CREATE TABLE `differences` (
	`id` text PRIMARY KEY NOT NULL,
	`job_id` text NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text NOT NULL,
	`mended_at` integer
);
--> statement-breakpoint
CREATE INDEX `differences_at` ON `differences` (`at`);--> statement-breakpoint
ALTER TABLE `deliveries` ADD `kind` text DEFAULT 'post' NOT NULL;--> statement-breakpoint
ALTER TABLE `leads` ADD `rest_why` text;--> statement-breakpoint
ALTER TABLE `leads` ADD `rest_at` integer;--> statement-breakpoint
ALTER TABLE `leads` ADD `re_auctions` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `leads` ADD `phone_mark` text;--> statement-breakpoint
ALTER TABLE `leads` ADD `email_mark` text;--> statement-breakpoint
ALTER TABLE `leads` ADD `erased_at` integer;--> statement-breakpoint
CREATE INDEX `leads_phone` ON `leads` (`phone_mark`);--> statement-breakpoint
CREATE INDEX `leads_email` ON `leads` (`email_mark`);--> statement-breakpoint
CREATE INDEX `leads_rest` ON `leads` (`rest_at`) WHERE rest_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `sales` ADD `returned_at` integer;--> statement-breakpoint
ALTER TABLE `sales` ADD `refunded` integer DEFAULT 0 NOT NULL;