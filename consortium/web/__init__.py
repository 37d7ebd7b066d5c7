"""What the pages of every room share: guard, intake, problems, listing, layout, assets."""
