(() => {
  const box = document.getElementById("find"), found = document.getElementById("found");
  const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const lists = [...document.querySelectorAll(".names")].map(list => ({
    parts: [list, list.previousElementSibling].filter(part => part && /^(UL|H3)$/.test(part.tagName)),
    names: [...list.children].map(item => [item, plain(item.textContent)]),
  }));
  const look = () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    let shown = 0, all = 0;
    for (const { parts, names } of lists) {
      let here = 0;
      for (const [item, text] of names) {
        item.hidden = !words.every(word => text.includes(word));
        here += !item.hidden;
      }
      for (const part of parts) part.hidden = !here;
      shown += here;
      all += names.length;
    }
    const said = shown ? found.dataset.some : found.dataset.none;
    found.textContent = words.length ? said.replace("{n}", shown).replace("{all}", all) : "";
  };
  box.addEventListener("input", look);
  addEventListener("pageshow", look);
  box.parentElement.hidden = false;
})();
