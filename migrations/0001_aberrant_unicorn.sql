CREATE TABLE `basis` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`body` text NOT NULL,
	`is_kept` integer DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE `health` (
	`client` text PRIMARY KEY NOT NULL,
	`basis` integer,
	`state` text NOT NULL,
	`risk` real,
	`score_at` integer,
	`book` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `health_score_at` ON `health` (`score_at`) WHERE score_at is not null;--> statement-breakpoint
CREATE INDEX `health_book` ON `health` (`book`);--> statement-breakpoint
DROP INDEX `client_zone`;--> statement-breakpoint
CREATE INDEX `client_board` ON `client` (`zone`,`score`,`key`,`owner_id`,`escalation_owner_id`,`phase`,`overdue`,`value`,`zone_since`);--> statement-breakpoint
ALTER TABLE `score_change` ADD `basis` integer;--> statement-breakpoint
UPDATE `client` SET `due_at` = 0 WHERE `due_at` IS NOT NULL AND `state` <> 'null';
