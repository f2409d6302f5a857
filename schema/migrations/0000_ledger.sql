CREATE TABLE `alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant` text DEFAULT 'main' NOT NULL,
	`month` integer NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`subject` text NOT NULL,
	`message` text NOT NULL,
	`n` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `alerts_at` ON `alerts` (`at`);--> statement-breakpoint
CREATE TABLE `auctions` (
	`ping_id` text PRIMARY KEY NOT NULL,
	`tenant` text DEFAULT 'main' NOT NULL,
	`month` integer NOT NULL,
	`at` integer NOT NULL,
	`publisher_id` text NOT NULL,
	`campaign_id` text NOT NULL,
	`test` integer NOT NULL,
	`result` text NOT NULL,
	`code` text,
	`price` integer NOT NULL,
	`took_ms` integer NOT NULL,
	`bidders` integer NOT NULL,
	`bids` integer NOT NULL,
	`config_seq` integer NOT NULL,
	`record` text NOT NULL,
	`n` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `auctions_at` ON `auctions` (`at`);--> statement-breakpoint
CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`author` text NOT NULL,
	`action` text NOT NULL,
	`target` text NOT NULL,
	`detail` text
);
--> statement-breakpoint
CREATE INDEX `audit_target` ON `audit` (`target`);--> statement-breakpoint
CREATE TABLE `breaker_events` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant` text DEFAULT 'main' NOT NULL,
	`month` integer NOT NULL,
	`at` integer NOT NULL,
	`buyer_id` text NOT NULL,
	`endpoint_id` text NOT NULL,
	`phase` text NOT NULL,
	`state` text NOT NULL,
	`why` text NOT NULL,
	`n` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `breaker_events_at` ON `breaker_events` (`at`);--> statement-breakpoint
CREATE TABLE `config` (
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`seq` integer NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	`author` text NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`kind`, `id`)
);
--> statement-breakpoint
CREATE INDEX `config_seq` ON `config` (`seq`);--> statement-breakpoint
CREATE TABLE `config_history` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`body` text NOT NULL,
	`author` text NOT NULL,
	`reason` text,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `config_history_version` ON `config_history` (`kind`,`id`,`version`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`attempt_id` text PRIMARY KEY NOT NULL,
	`tenant` text DEFAULT 'main' NOT NULL,
	`month` integer NOT NULL,
	`at` integer NOT NULL,
	`lead_id` text NOT NULL,
	`test` integer NOT NULL,
	`contract_id` text NOT NULL,
	`buyer_id` text NOT NULL,
	`endpoint_id` text NOT NULL,
	`reservation_id` text NOT NULL,
	`leg` integer DEFAULT 1 NOT NULL,
	`round` integer NOT NULL,
	`attempt` integer NOT NULL,
	`outcome` text NOT NULL,
	`class` text NOT NULL,
	`http_status` integer,
	`ms` integer NOT NULL,
	`price` integer,
	`late_evidence` integer DEFAULT 0 NOT NULL,
	`sealed` text,
	`n` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `deliveries_lead` ON `deliveries` (`lead_id`);--> statement-breakpoint
CREATE TABLE `leads` (
	`lead_id` text PRIMARY KEY NOT NULL,
	`tenant` text DEFAULT 'main' NOT NULL,
	`month` integer NOT NULL,
	`at` integer NOT NULL,
	`ping_id` text,
	`publisher_id` text NOT NULL,
	`campaign_id` text NOT NULL,
	`test` integer NOT NULL,
	`mode` text NOT NULL,
	`state` text NOT NULL,
	`code` text,
	`result` text,
	`payout` integer NOT NULL,
	`price` integer NOT NULL,
	`contract_id` text,
	`buyer_id` text,
	`closed_at` integer,
	`risk` integer DEFAULT 0 NOT NULL,
	`recovered` integer DEFAULT 0 NOT NULL,
	`click_id` text,
	`sub_ids` text,
	`sealed` text NOT NULL,
	`wrapped_key` text NOT NULL,
	`story` text,
	`n` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `leads_at` ON `leads` (`at`);--> statement-breakpoint
CREATE TABLE `money_movements` (
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
);
--> statement-breakpoint
CREATE INDEX `money_account` ON `money_movements` (`account`,`at`);--> statement-breakpoint
CREATE TABLE `outbox_batches` (
	`object` text NOT NULL,
	`first_n` integer NOT NULL,
	`last_n` integer NOT NULL,
	`events` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`object`, `first_n`)
);
--> statement-breakpoint
CREATE TABLE `reservations` (
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
);
--> statement-breakpoint
CREATE TABLE `sales` (
	`sale_id` text PRIMARY KEY NOT NULL,
	`tenant` text DEFAULT 'main' NOT NULL,
	`month` integer NOT NULL,
	`at` integer NOT NULL,
	`lead_id` text NOT NULL,
	`leg` integer DEFAULT 1 NOT NULL,
	`publisher_id` text NOT NULL,
	`campaign_id` text NOT NULL,
	`contract_id` text NOT NULL,
	`buyer_id` text NOT NULL,
	`reservation_id` text NOT NULL,
	`currency` text DEFAULT 'USD' NOT NULL,
	`price` integer NOT NULL,
	`payout` integer NOT NULL,
	`margin` integer NOT NULL,
	`risk` integer DEFAULT 0 NOT NULL,
	`recovered` integer DEFAULT 0 NOT NULL,
	`n` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sales_at` ON `sales` (`at`);--> statement-breakpoint
CREATE TABLE `status` (
	`kind` text NOT NULL,
	`id` text NOT NULL,
	`seq` integer NOT NULL,
	`n` integer NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`kind`, `id`)
);
--> statement-breakpoint
CREATE INDEX `status_seq` ON `status` (`seq`);--> statement-breakpoint
CREATE TABLE `suppressions` (
	`hash` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`reason` text NOT NULL,
	`author` text NOT NULL,
	`at` integer NOT NULL,
	`removed` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `suppressions_seq` ON `suppressions` (`seq`);