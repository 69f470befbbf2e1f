//! Paths as people and programs read them: relative to the working directory, with `/`.

use std::path::{Component, Path, PathBuf};

/// The name of a path in messages and reports; `cwd` is absolute.
pub fn name(path: &Path, cwd: &Path) -> String {
    let absolute = plain(&cwd.join(path));
    let common = absolute.components().zip(cwd.components()).take_while(|(a, b)| a == b).count();
    let up = cwd.components().count() - common;
    if up > 0 && common <= 1 {
        return slashes(&absolute);
    }
    let below = absolute.components().skip(common);
    let relative: PathBuf = std::iter::repeat_n(Component::ParentDir, up).chain(below).collect();
    if relative.as_os_str().is_empty() { ".".to_owned() } else { slashes(&relative) }
}

/// Without `.` and `..`, as far as the text of the path goes.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_relative() {
        let cwd = Path::new("/library/desk");
        let of = |path: &str| name(Path::new(path), cwd);
        assert_eq!(of("./loans/../a.yaml"), "a.yaml");
        assert_eq!(of("/library/desk/loans/a.yaml"), "loans/a.yaml");
        assert_eq!(of("../shelf/a.yaml"), "../shelf/a.yaml");
        assert_eq!(of("/other/a.yaml"), "/other/a.yaml");
        assert_eq!(of("."), ".");
    }
}
