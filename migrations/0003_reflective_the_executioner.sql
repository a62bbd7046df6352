CREATE TABLE `held_back` (
	`key` text PRIMARY KEY NOT NULL,
	`owner_id` text NOT NULL,
	`client` text NOT NULL,
	`level` integer NOT NULL,
	`at` integer NOT NULL,
	`text` text NOT NULL,
	`due_at` integer
);
--> statement-breakpoint
CREATE INDEX `held_back_due` ON `held_back` (`due_at`,`owner_id`) WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX `held_back_at` ON `held_back` (`at`);--> statement-breakpoint
CREATE INDEX `mirror_rung` ON `mirror` (`key`) WHERE state = 'dirty' and key >= 'ladder:' and key < 'ladder<';