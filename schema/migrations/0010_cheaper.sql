CREATE TABLE `outbox_marks` (
	`object` text PRIMARY KEY NOT NULL,
	`last_n` integer NOT NULL,
	`events` integer NOT NULL,
	`at` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `outbox_marks` (`object`, `last_n`, `events`, `at`) SELECT `object`, max(`last_n`), sum(`events`), max(`at`) FROM `outbox_batches` GROUP BY `object`;--> statement-breakpoint
DROP TABLE `outbox_batches`;--> statement-breakpoint
CREATE TABLE `money_again` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant` text DEFAULT 'main' NOT NULL,
	`month` integer NOT NULL,
	`at` integer NOT NULL,
	`account` text NOT NULL,
	`kind` text NOT NULL,
	`amount` integer NOT NULL,
	`ref` text NOT NULL,
	`reason` text,
	`author` text,
	`n` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `money_again` (`id`, `tenant`, `month`, `at`, `account`, `kind`, `amount`, `ref`, `reason`, `author`, `n`) SELECT `id`, `tenant`, `month`, `at`, `account`, `kind`, `amount`, `ref`, `reason`, `author`, `n` FROM `money_movements`;--> statement-breakpoint
DROP TABLE `money_movements`;--> statement-breakpoint
ALTER TABLE `money_again` RENAME TO `money_movements`;--> statement-breakpoint
CREATE INDEX `money_account` ON `money_movements` (`account`,`at`) WHERE account <> 'clearing' AND account <> 'house';--> statement-breakpoint
CREATE TABLE `reservations_again` (
	`reservation_id` text PRIMARY KEY NOT NULL,
	`tenant` text DEFAULT 'main' NOT NULL,
	`month` integer NOT NULL,
	`at` integer NOT NULL,
	`buyer_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`lead_id` text NOT NULL,
	`state` text NOT NULL,
	`amount` integer NOT NULL,
	`why` text,
	`n` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `reservations_again` (`reservation_id`, `tenant`, `month`, `at`, `buyer_id`, `contract_id`, `lead_id`, `state`, `amount`, `why`, `n`) SELECT `reservation_id`, `tenant`, `month`, `at`, `buyer_id`, `contract_id`, `lead_id`, `state`, `amount`, `why`, `n` FROM `reservations`;--> statement-breakpoint
DROP TABLE `reservations`;--> statement-breakpoint
ALTER TABLE `reservations_again` RENAME TO `reservations`;
