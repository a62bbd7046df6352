UPDATE `mirror` SET `theirs` = NULL, `theirs_at` = NULL WHERE `theirs_at` < `wrote_at`;
