//! `std` as a program for any system uses it: what it prints and its exit code are the same here and there. Its input is the words of
//! standard input; a first line `panic`, `recurse` or `exhaust` does that, and `code` exits with 7.
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{BufRead, Read};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

#[cfg(target_os = "zkvm")]
use weft as _;

static COUNT: AtomicU64 = AtomicU64::new(0);

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Square { side: f64 },
    Circle(f64),
}

impl Shape {
    fn area(&self) -> f64 {
        match self {
            Shape::Square { side } => side * side,
            Shape::Circle(radius) => radius * radius * std::f64::consts::PI,
        }
    }
}

fn recurse(n: u64) -> u64 {
    let frame = std::hint::black_box([n; 32]);
    if n == u64::MAX {
        return 0;
    }
    recurse(n + 1) + frame[(n % 32) as usize]
}

fn main() -> ExitCode {
    let stdin = std::io::stdin();
    let mut first = String::new();
    stdin.lock().read_line(&mut first).expect("a first line");
    let mut rest = String::new();
    stdin.lock().read_to_string(&mut rest).expect("text");
    match first.trim() {
        "panic" => panic!("as {} wanted", first.trim()),
        "code" => {
            print!("no output is lost");
            return ExitCode::from(7);
        }
        "recurse" => println!("{}", recurse(0)),
        "exhaust" => {
            let mut blocks = Vec::new();
            while blocks.len() < usize::MAX {
                blocks.push(vec![1u8; 1 << 20]);
            }
            println!("{}", blocks.len());
        }
        _ => {}
    }
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut order: BTreeMap<usize, HashSet<&str>> = BTreeMap::new();
    for word in first.split_whitespace().chain(rest.split_whitespace()) {
        *counts.entry(word).or_default() += 1;
        order.entry(word.len()).or_default().insert(word);
        COUNT.fetch_add(1, Ordering::SeqCst);
    }
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    for (word, n) in &sorted {
        println!("{word:>8} {n}");
    }
    for (length, words) in &order {
        println!("{length}: {}", words.len());
    }
    let shapes = vec![Shape::Square { side: 1.5 }, Shape::Circle(2.0)];
    for shape in &shapes {
        println!("{shape:?} {:.6} {:e}", shape.area(), shape.area());
    }
    println!("{:.6} {:.6} {:.6} {}", 2f64.sqrt(), 1f64.sin(), 10f64.ln(), (0.1 + 0.2) as f32);
    let shared = Arc::new(Mutex::new(Vec::new()));
    for i in 0..5u128 {
        let shared = Arc::clone(&shared);
        shared.lock().unwrap().push(u128::MAX / (i + 3));
    }
    println!("{:?} {}", shared.lock().unwrap(), Arc::strong_count(&shared));
    let parsed: Result<Vec<i32>, _> = "1,2,x".split(',').map(str::parse::<i32>).collect();
    println!("{parsed:?}");
    println!("{} {}", COUNT.load(Ordering::SeqCst), i64::MIN / 3);
    let boxed: Vec<Box<dyn Fn(i32) -> i32>> = vec![Box::new(|x| x + 1), Box::new(|x| x * x)];
    println!("{:?}", boxed.iter().map(|f| f(7)).collect::<Vec<_>>());
    eprintln!("on standard error");
    print!("the last line has no end");
    ExitCode::SUCCESS
}
