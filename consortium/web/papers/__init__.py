"""Official papers: a typst template and its data become a PDF that is accessible (PDF/UA-1) and can be archived (PDF/A-2a)."""
