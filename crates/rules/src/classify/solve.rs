//! Ridge regression, in closed form: the weights that fit the targets best while they stay small.
//!
//! With few texts and many features it is solved among the texts: `(K + D) a = T`, where `K` holds the texts' products and `D` how
//! little each text is trusted. `K + D` is symmetric and positive, so Cholesky's factor exists. The arithmetic is sequential: the
//! same texts in the same order give the same weights.

/// `a` of `(K + D) a = t`, for every column `t` of targets.
///
/// `kernel` holds the rows of the lower triangle, the diagonal with `D` in it; each of `targets` has one number a row.
#[must_use]
pub(super) fn solve(kernel: &[Vec<f64>], targets: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let factor = cholesky(kernel);
    let solve = |target: &Vec<f64>| backward(&factor, forward(&factor, target));
    targets.iter().map(solve).collect()
}

fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

/// The lower factor, row by row; the last number of a row is the diagonal's.
fn cholesky(kernel: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(kernel.len());
    for source in kernel {
        let mut row: Vec<f64> = Vec::with_capacity(source.len());
        for (above, value) in factor.iter().zip(source) {
            let rest = value - dot(&row, above);
            row.push(rest / above.last().copied().unwrap_or(1.0));
        }
        let own = source.last().copied().unwrap_or(1.0);
        row.push((own - dot(&row, &row)).max(f64::EPSILON).sqrt());
        factor.push(row);
    }
    factor
}

fn forward(factor: &[Vec<f64>], target: &[f64]) -> Vec<f64> {
    let mut solved: Vec<f64> = Vec::with_capacity(target.len());
    for (row, value) in factor.iter().zip(target) {
        let rest = value - dot(&solved, row);
        solved.push(rest / row.last().copied().unwrap_or(1.0));
    }
    solved
}

fn backward(factor: &[Vec<f64>], mut rest: Vec<f64>) -> Vec<f64> {
    let mut solved = Vec::with_capacity(rest.len());
    for row in factor.iter().rev() {
        let own = rest.pop().unwrap_or_default() / row.last().copied().unwrap_or(1.0);
        for (left, part) in rest.iter_mut().zip(row) {
            *left -= part * own;
        }
        solved.push(own);
    }
    solved.reverse();
    solved
}
