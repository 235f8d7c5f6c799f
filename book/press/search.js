// The last lines of the search's index. What it says of a word, `7:3 12`, is three times in section 7 and once
// in section 12; what elasticlunr reads is a tree of letters, which this makes of it.
(({ index }) => {
  for (const [field, words] of Object.entries(index.index)) {
    const grown = new elasticlunr.InvertedIndex();
    for (const [word, sections] of Object.entries(words)) {
      for (const section of sections.split(" ")) {
        const [ref, times = 1] = section.split(":");
        grown.addToken(word, { ref, tf: Math.sqrt(times) });
      }
    }
    index.index[field] = grown.toJSON();
  }
})(window.search);
