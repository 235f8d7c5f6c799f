//! The Rust blocks of a page, and the rules that let each one be tested.
//!
//! skeptic skips what it does not know, in silence. So a fence names its language; what does not
//! run says why not; and only code that is cut from a program may be compiled without running.

use crate::include::Include;
use crate::mistake::Mistake;
use crate::page::{Fence, Page};

/// How a Rust block is tested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// compiled and run, by skeptic
    Run,
    /// compiled by skeptic; the program it is cut from is run by the chapters' tests
    Compile,
    /// refused by the compiler, which says this: `error[E0277]`, or `error: ` and a message where
    /// the error has no code; held by a test of its own
    Refused(String),
    /// not at all, for this reason
    Ignored(String),
}

/// A Rust block of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// the line of its opening fence
    pub line: usize,
    pub test: Test,
    pub body: String,
}

/// The Rust blocks of a page in order, and what is wrong with its fences.
pub fn read(page: &Page, includes: &[Include]) -> (Vec<Block>, Vec<Mistake>) {
    let mut blocks = Vec::new();
    let mut mistakes = Vec::new();
    for fence in &page.fences {
        let line = page.line(fence.range.start);
        match one(page, includes, fence) {
            Ok(None) => {}
            Ok(Some(test)) => blocks.push(Block { line, test, body: fence.body.clone() }),
            Err(what) => mistakes.push(Mistake::new(&page.file, Some(line), what)),
        }
    }
    (blocks, mistakes)
}

fn one(page: &Page, includes: &[Include], fence: &Fence) -> Result<Option<Test>, String> {
    let tokens: Vec<&str> = fence.info.split(',').map(str::trim).collect();
    let (language, attributes) = tokens.split_first().expect("split gives at least one");
    if *language != "rust" {
        return match *language {
            "" => Err("a fence names its language, and `text` where there is none".into()),
            "rs" | "Rust" => Err("a Rust fence says `rust`: skeptic knows no other word".into()),
            _ => Ok(None),
        };
    }
    let included: Vec<&Include> =
        includes.iter().filter(|include| fence.range.contains(&include.at)).collect();
    if included.is_empty() && fence.body.contains("{{#") {
        // What it should hold cannot be told, and that it cannot is a mistake already.
        return Ok(None);
    }
    let from_program = included
        .iter()
        .any(|include| ["chapters", "src"].iter().any(|dir| include.file.starts_with(dir)));
    let note = note_above(page, fence);
    let whole = fence.body.contains("fn main") || fence.body.contains("{{#");
    match (attributes, note) {
        ([], _) if !whole => Err(
            "a block that runs has a `fn main`; a line that begins with `# ` is hidden on the page"
                .into(),
        ),
        ([], _) if from_program => Err(
            "a block cut from a program says `rust,no_run`: the chapters' tests run the program"
                .into(),
        ),
        ([], _) => Ok(Some(Test::Run)),
        (["no_run"], _) if from_program => Ok(Some(Test::Compile)),
        (["no_run"], _) => {
            Err("only a block cut from chapters/ or src/ may be `no_run`; others run".into())
        }
        (["ignore"], Some(("compile-fail", code))) if is_error_code(code) => {
            Ok(Some(Test::Refused(format!("error[{code}]"))))
        }
        // A message has several words; one word would be a code that was mistyped.
        (["ignore"], Some(("compile-fail", message))) if message.contains(' ') => {
            Ok(Some(Test::Refused(format!("error: {message}"))))
        }
        (["ignore"], Some(("ignore", reason))) if !reason.is_empty() => {
            Ok(Some(Test::Ignored(reason.into())))
        }
        (["ignore"], _) => Err(
            "`ignore` needs its reason on the line above: <!-- ignore: why --> or <!-- compile-fail: E0277 -->"
                .into(),
        ),
        _ => Err(format!(
            "a Rust fence is `rust`, `rust,no_run` or `rust,ignore`; skeptic reads {:?} otherwise than it looks",
            fence.info
        )),
    }
}

/// The HTML comment on the line right above a fence: what it is, and what it says.
fn note_above<'a>(page: &Page<'a>, fence: &Fence) -> Option<(&'a str, &'a str)> {
    // The fence itself may be indented, or stand behind a `>`.
    let above = &page.text[..page.text[..fence.range.start].rfind('\n')?];
    let line = above.lines().next_back()?.trim_start_matches(['>', ' ']).trim_end();
    let note = line.strip_prefix("<!--")?.strip_suffix("-->")?;
    let (kind, text) = note.split_once(':')?;
    Some((kind.trim(), text.trim()))
}

fn is_error_code(code: &str) -> bool {
    code.strip_prefix('E').is_some_and(|n| n.len() == 4 && n.chars().all(|c| c.is_ascii_digit()))
}
