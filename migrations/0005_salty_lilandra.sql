DROP INDEX `mirror_rung`;--> statement-breakpoint
CREATE INDEX `mirror_rung` ON `mirror` (`state`,`not_before`) WHERE state = 'dirty' and key >= 'ladder:' and key < 'ladder<';