//! Values of every shape that bincode knows, read, changed and made public.
#![no_main]
sp1_zkvm::entrypoint!(main);

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Serialize, Deserialize)]
enum Shape {
    Nothing,
    Circle(f32),
    Box { width: u16, height: i64 },
}

#[derive(Serialize, Deserialize)]
struct Record {
    name: String,
    mark: char,
    flags: (bool, Option<u8>, Option<i16>),
    shapes: Vec<Shape>,
    prices: BTreeMap<String, u128>,
    key: [u8; 4],
    size: usize,
}

fn main() {
    let mut record = sp1_zkvm::io::read::<Record>();
    record.name.push('!');
    record.size += record.shapes.len();
    record.shapes.reverse();
    for price in record.prices.values_mut() {
        *price += 1;
    }
    for shape in &mut record.shapes {
        match shape {
            Shape::Nothing => {}
            Shape::Circle(radius) => *radius *= 2.0,
            Shape::Box { width, height } => (*width, *height) = (*width + 1, -*height),
        }
    }
    sp1_zkvm::io::commit(&record);
}
