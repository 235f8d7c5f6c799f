//! The texts that stand in source code, and where: what calls or blocks they are in.

/// A literal of a source.
#[derive(Debug)]
pub struct Literal {
    pub text: String,
    pub line: usize,
    /// the names before each bracket that is open around it, the outermost first: `html!`, `ok_or`
    pub within: Vec<String>,
    /// the innermost of these brackets
    pub opened_by: char,
    /// what stands before it on its line, and the end of the line before
    pub before: String,
}

/// What a language's literals look like.
struct Syntax {
    quotes: &'static [char],
    /// `r"…"`, and `'` that may be a lifetime
    is_rust: bool,
}

pub fn of_rust(code: &str) -> Vec<Literal> {
    read(code, &Syntax { quotes: &['"'], is_rust: true })
}

/// Of JavaScript, where a `${…}` in a template is part of its text.
pub fn of_script(code: &str) -> Vec<Literal> {
    read(code, &Syntax { quotes: &['"', '\'', '`'], is_rust: false })
}

fn read(code: &str, syntax: &Syntax) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut open: Vec<(char, String)> = Vec::new();
    let mut at = 0;
    while let Some(c) = code[at..].chars().next() {
        let rest = &code[at..];
        let long = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '/' if !syntax.is_rust && begins_a_pattern(&code[..at]) => pattern(rest),
            '\'' if syntax.is_rust => character(rest),
            'r' if syntax.is_rust && begins_raw(code, at) => {
                let signs = rest[1..].bytes().take_while(|byte| *byte == b'#').count();
                let end = format!("\"{}", "#".repeat(signs));
                let from = signs + 2;
                let long = rest[from..].find(&end).map_or(rest.len(), |end| from + end);
                found.push(literal(code, at, &rest[from..long], &open));
                long + end.len()
            }
            c if syntax.quotes.contains(&c) => {
                let long = quoted(rest, c);
                let text = &rest[1..long - 1];
                found.push(literal(code, at, text, &open));
                if c == '`' {
                    found.extend(in_values(text, found[found.len() - 1].line, syntax));
                }
                long
            }
            '(' | '[' | '{' => {
                open.push((c, name_before(&code[..at])));
                1
            }
            ')' | ']' | '}' => {
                open.pop();
                1
            }
            c => c.len_utf8(),
        };
        at += long;
    }
    found
}

fn literal(code: &str, at: usize, text: &str, open: &[(char, String)]) -> Literal {
    let before: String = code[..at].chars().rev().take(60).collect();
    Literal {
        text: text.into(),
        line: code[..at].matches('\n').count() + 1,
        within: open.iter().map(|(_, name)| name.clone()).collect(),
        opened_by: open.last().map_or(' ', |(bracket, _)| *bracket),
        before: before.chars().rev().collect(),
    }
}

/// `Failure::Other` of `Failure::Other(`; nothing where a bracket stands by itself.
fn name_before(code: &str) -> String {
    let code = code.trim_end();
    let part = |c: char| c.is_alphanumeric() || "_:!".contains(c);
    let from = code.char_indices().rev().take_while(|(_, c)| part(*c)).last();
    from.map_or(String::new(), |(from, _)| code[from..].trim_start_matches(':').into())
}

/// From the quote on: how long the text is with both quotes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut signs = rest.char_indices().skip(1);
    while let Some((at, c)) = signs.next() {
        match c {
            '\\' => drop(signs.next()),
            c if c == quote => return at + 1,
            '$' if quote == '`' && rest[at + 1..].starts_with('{') => {
                // A template may stand in a template's value.
                let end = at + 2 + value(&rest[at + 2..]);
                while signs.next().is_some_and(|(at, _)| at + 1 < end) {}
            }
            _ => {}
        }
    }
    rest.len()
}

/// The literals in a template's values, such as the two of a choice.
fn in_values(template: &str, line: usize, syntax: &Syntax) -> Vec<Literal> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = template[at..].find("${") {
        let from = at + next + 2;
        at = from + value(&template[from..]);
        let before = line + template[..from].matches('\n').count() - 1;
        let inner = read(&template[from..at], syntax).into_iter();
        found.extend(inner.map(|one| Literal { line: before + one.line, ..one }));
    }
    found
}

/// How long the value of a template is, with the brace that ends it.
fn value(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 1);
    while let Some(c) = rest[at..].chars().next() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            '"' | '\'' | '`' => {
                at += quoted(&rest[at..], c);
                continue;
            }
            _ => {}
        }
        at += c.len_utf8();
        if depth == 0 {
            break;
        }
    }
    at
}

fn begins_raw(code: &str, at: usize) -> bool {
    let before = code[..at].chars().next_back();
    let in_a_word = before.is_some_and(|c| (c.is_alphanumeric() && c != 'b') || c == '_');
    !in_a_word && code[at + 1..].trim_start_matches('#').starts_with('"')
}

/// A character, or only the sign of a lifetime.
fn character(rest: &str) -> usize {
    let mut signs = rest.char_indices().skip(1);
    match signs.next() {
        Some((_, '\\')) => {
            rest[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 3)
        }
        Some((_, _)) => signs.next().filter(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 1),
        None => 1,
    }
}

/// Whether a `/` is no division.
fn begins_a_pattern(before: &str) -> bool {
    before.trim_end().chars().next_back().is_none_or(|c| "(,=:[!&|?{};>".contains(c))
}

fn pattern(rest: &str) -> usize {
    let mut signs = rest.char_indices().skip(1);
    let mut in_class = false;
    while let Some((at, c)) = signs.next() {
        match c {
            '\\' => drop(signs.next()),
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[test]
fn literals_are_read_as_the_compilers_read_them() {
    let texts =
        |all: Vec<Literal>| -> Vec<String> { all.into_iter().map(|one| one.text).collect() };
    let rust = r###"
        // "no"
        fn f<'a>(c: char) { let x = 'x'; let q = '"'; let n = '\''; /* "nor" */
            Err(format!("one {x}")); html! { p title="two" { "three" } } r#"four "five""# } "six""###;
    let found = of_rust(rust);
    assert_eq!(found[0].within, ["", "Err", "format!"]);
    assert_eq!(found[2].opened_by, '{');
    assert_eq!(found[2].within[1], "html!");
    assert_eq!(texts(found), ["one {x}", "two", "three", "four \"five\"", "six"]);
    let script = "say('one', /[\"'/]\\//g); a / b; x = `two ${f(\"in\", `it`)} three`; g(\"four\")";
    let template = "two ${f(\"in\", `it`)} three";
    assert_eq!(texts(of_script(script)), ["one", template, "in", "it", "four"]);
}
