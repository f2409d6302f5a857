CREATE TABLE `contract_checks` (
	`contract_id` text NOT NULL,
	`name` text NOT NULL,
	`at` integer NOT NULL,
	`ok` integer NOT NULL,
	`detail` text NOT NULL,
	`author` text NOT NULL,
	`contract_version` integer NOT NULL,
	`endpoint_version` integer NOT NULL,
	PRIMARY KEY(`contract_id`, `name`)
);
