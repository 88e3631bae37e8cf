// Before the first paint, hence a script of its own: the theme that was chosen last.
try {
  const theme = localStorage.getItem('weft-theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // A page that may keep nothing follows the system.
}
