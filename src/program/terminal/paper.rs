//! What a person is shown is written on paper of a width: lines are broken between words, and what
//! could not be written is not forgotten.

use std::env;
use std::io::{self, Write};

use console::Term;

/// Narrower than this, nothing here can be read; so it is as if it were this wide.
const LEAST: usize = 40;

/// Whatever a person reads.
pub struct Paper {
    to: Box<dyn Write>,
    /// in letters; `None` where nobody's terminal ends the lines
    width: Option<usize>,
    unwritten: Option<io::Error>,
}

impl Paper {
    /// Stdout, or stderr.
    pub fn of(stderr: bool) -> Self {
        let (to, term): (Box<dyn Write>, Term) = match stderr {
            false => (Box::new(anstream::stdout()), Term::stdout()),
            true => (Box::new(anstream::stderr()), Term::stderr()),
        };
        let asked = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = asked.or(term.size_checked().map(|(_, columns)| usize::from(columns)));
        Paper { to, width: width.map(|width| width.max(LEAST)), unwritten: None }
    }

    /// How many letters a line may have, where that is bounded.
    pub fn width(&self) -> Option<usize> {
        self.width
    }

    /// A line, or as many as it needs; all but the first begin so many letters further in.
    pub fn line(&mut self, text: &str, indent: usize) {
        let margin = " ".repeat(indent);
        let lines = match self.width {
            None => vec![text.to_string()],
            Some(width) => wrapped(text, width, width - indent),
        };
        for (at, line) in lines.iter().enumerate() {
            let _ = writeln!(self, "{}{line}", if at == 0 { "" } else { &margin });
        }
    }

    /// Some things beside each other, none of them broken, in as many lines as they need.
    pub fn items(&mut self, items: &[String]) {
        let mut line = String::new();
        for item in items {
            let longer = format!("{line}   {item}");
            if !line.is_empty() && self.width.is_some_and(|width| letters(&longer) > width) {
                let _ = writeln!(self, "{line}");
                line.clear();
            }
            line = if line.is_empty() { item.clone() } else { format!("{line}   {item}") };
        }
        let _ = writeln!(self, "{line}");
    }

    /// # Errors
    /// Not everything could be written.
    pub fn finish(mut self) -> io::Result<()> {
        let _ = self.flush();
        self.unwritten.map_or(Ok(()), Err)
    }
}

/// Whoever reads may have left, as `| head` does, or the disk be full: that is told at the end, and a
/// run goes on for its record's sake.
impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Err(why) = self.to.write_all(bytes) {
            self.unwritten.get_or_insert(why);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Err(why) = self.to.flush() {
            self.unwritten.get_or_insert(why);
        }
        Ok(())
    }
}

/// A text as lines of so many letters, the first as its own: broken between words, and where one
/// word is longer than a line, in it, with a `…`.
pub fn wrapped(text: &str, first: usize, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let room = |lines: &Vec<String>| if lines.len() == 1 { first } else { width };
    for (nth, word) in text.split(' ').enumerate() {
        let so_far = letters(&lines[lines.len() - 1]);
        let space = usize::from(nth > 0);
        if so_far + space + letters(word) <= room(&lines) {
            let line = lines.last_mut().expect("it begins with one");
            line.push_str(&" ".repeat(space));
            line.push_str(word);
            continue;
        }
        if so_far > 0 {
            lines.push(String::new());
        }
        let mut rest: Vec<char> = word.chars().collect();
        while letters(word) > room(&lines) && rest.len() > room(&lines) {
            let part: String = rest.drain(..room(&lines) - 1).collect();
            lines.last_mut().expect("it begins with one").push_str(&(part + "…"));
            lines.push(String::new());
        }
        lines.last_mut().expect("it begins with one").extend(rest);
    }
    lines.iter_mut().skip(1).for_each(|line| *line = line.trim_start().to_string());
    lines.into_iter().map(|line| line.trim_end().to_string()).collect()
}

/// How many letters of it are seen: colours are none.
fn letters(text: &str) -> usize {
    anstream::adapter::strip_str(text).map(|part| part.chars().count()).sum()
}
