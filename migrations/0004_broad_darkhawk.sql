CREATE TABLE `client_state` (
	`client` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL
);
--> statement-breakpoint
INSERT INTO `client_state` (`client`, `state`) SELECT `key`, `state` FROM `client` WHERE `state` <> 'null';--> statement-breakpoint
ALTER TABLE `client` DROP COLUMN `state`;