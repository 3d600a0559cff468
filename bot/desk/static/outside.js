// Before sign-in nothing of an earlier sign-in may be left in this browser (S13).
sessionStorage.clear();
