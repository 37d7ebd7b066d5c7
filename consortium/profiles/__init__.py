"""The rest of the SAP: occupational status, education, training, work, languages, skills, desired occupations."""
