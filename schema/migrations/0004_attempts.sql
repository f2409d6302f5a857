ALTER TABLE `deliveries` ADD `reason_class` text;--> statement-breakpoint
CREATE INDEX `deliveries_contract` ON `deliveries` (`contract_id`,`at`);