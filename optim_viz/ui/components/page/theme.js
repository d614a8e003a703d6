// Stands in the page's head, before anything is painted: light or dark as chosen in streamlit's menu, else as the system is.
{
  const isDark = matchMedia("(prefers-color-scheme: dark)");
  const key = (path) => `stActiveTheme-${path}-v2`; // streamlit's, one for each page
  const look = () => {
    let chosen = null;
    try {
      chosen = localStorage.getItem(key(location.pathname)); // a text of JSON
      // what is chosen on one page is chosen for all of them
      if (chosen) for (const link of document.querySelectorAll("#pages a")) localStorage.setItem(key(new URL(link.href).pathname), chosen);
    } catch {} // storage is forbidden: nothing was chosen
    const said = (/[?&]embed_options=(dark|light)_theme/i.exec(location.search) ?? /"(dark|light)"/i.exec(chosen))?.[1].toLowerCase();
    const theme = said ?? (isDark.matches ? "dark" : "light");
    const { dataset } = document.documentElement;
    if (dataset.theme !== theme) dataset.theme = theme; // the same again would be drawn again
  };
  look();
  isDark.addEventListener("change", look);
  document.addEventListener("streamlit", look);
}
