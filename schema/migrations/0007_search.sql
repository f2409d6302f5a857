DROP INDEX `audit_target`;--> statement-breakpoint
CREATE INDEX `audit_at` ON `audit` (`at`);--> statement-breakpoint
CREATE INDEX `audit_author` ON `audit` (`author`,`at`);--> statement-breakpoint
CREATE INDEX `audit_action` ON `audit` (`action`,`at`);--> statement-breakpoint
CREATE INDEX `audit_target` ON `audit` (`target`,`at`);--> statement-breakpoint
CREATE INDEX `auctions_publisher` ON `auctions` (`publisher_id`,`at`);--> statement-breakpoint
CREATE INDEX `config_history_at` ON `config_history` (`at`);--> statement-breakpoint
CREATE INDEX `config_history_author` ON `config_history` (`author`,`at`);--> statement-breakpoint
CREATE INDEX `config_history_record` ON `config_history` (`kind`,`id`,`at`);--> statement-breakpoint
CREATE INDEX `leads_publisher` ON `leads` (`publisher_id`,`at`);--> statement-breakpoint
CREATE INDEX `leads_buyer` ON `leads` (`buyer_id`,`at`) WHERE buyer_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `leads_code` ON `leads` (`code`,`at`) WHERE code IS NOT NULL;--> statement-breakpoint
CREATE INDEX `leads_click` ON `leads` (`click_id`,`at`) WHERE click_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `leads_state` ON `leads` (`state`,`at`) WHERE state <> 'sold' AND state <> 'unsold';