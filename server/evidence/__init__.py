"""File events that compliance can defend: packs that anybody can check, seals of whole days, cases."""
