//! BM25: which documents speak of these words?
//!
//! A word that stands in few documents says much, and in many little. The third time it stands in
//! one document says less than the first. A long document has every word sooner or later, so length
//! counts against it. That is all of it; two numbers say how much of each, and these two have been
//! good enough since 1994.
//!
//! Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009).

use std::collections::HashMap;

/// How soon one more of the same word stops to count.
const K1: f32 = 1.2;

/// How much length counts: 0 not at all, 1 in full.
const B: f32 = 0.75;

// ANCHOR: bm25
/// For every word, the documents that it stands in, and how often.
pub struct Index {
    stands_in: HashMap<String, Vec<(usize, f32)>>,
    lengths: Vec<f32>,
    mean_length: f32,
}

impl Index {
    /// Each document is a list of its words.
    pub fn of(documents: impl IntoIterator<Item = Vec<String>>) -> Self {
        let mut stands_in: HashMap<String, Vec<(usize, f32)>> = HashMap::new();
        let mut lengths = Vec::new();
        for (nth, words) in documents.into_iter().enumerate() {
            lengths.push(words.len() as f32);
            for word in words {
                let places = stands_in.entry(word).or_default();
                match places.last_mut() {
                    Some((last, count)) if *last == nth => *count += 1.0,
                    _ => places.push((nth, 1.0)),
                }
            }
        }
        let mean_length =
            lengths.iter().sum::<f32>() / (lengths.len() as f32).max(1.0);
        Index { stands_in, lengths, mean_length }
    }

    /// The numbers of the documents that these words fit best: at most so many, the best first.
    pub fn best(&self, question: &[String], most: usize) -> Vec<usize> {
        let mut scores: HashMap<usize, f32> = HashMap::new();
        for places in question.iter().filter_map(|word| self.stands_in.get(word)) {
            let (all, some) = (self.lengths.len() as f32, places.len() as f32);
            let says = (1.0 + (all - some + 0.5) / (some + 0.5)).ln();
            for &(nth, count) in places {
                let length = self.lengths[nth] / self.mean_length;
                let often =
                    count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length));
                *scores.entry(nth).or_default() += says * often;
            }
        }
        let mut best: Vec<(usize, f32)> = scores.into_iter().collect();
        // Of two that fit as well the first: the same question finds the same every time.
        best.sort_by(|(a, score), (b, other)| {
            other.total_cmp(score).then(a.cmp(b))
        });
        best.into_iter().map(|(nth, _)| nth).take(most).collect()
    }
}
// ANCHOR_END: bm25
