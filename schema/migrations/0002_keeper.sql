CREATE INDEX `consent_phone` ON `consent_proofs` (`phone_mark`);--> statement-breakpoint
CREATE INDEX `leads_ping` ON `leads` (`ping_id`);--> statement-breakpoint
CREATE INDEX `leads_ended` ON `leads` (`campaign_id`,`closed_at`) WHERE erased_at IS NULL AND closed_at IS NOT NULL;