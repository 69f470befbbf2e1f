//! Putting things that refer to each other in order, and finding those that go round in a circle.

/// Nodes in an order in which everything comes after what it refers to, without the references that would
/// make that impossible.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Order {
    /// All nodes.
    pub nodes: Vec<usize>,
    /// References left out, each from a node by its position in that node's list: one for each circle.
    pub cut: Vec<(usize, usize)>,
}

impl Order {
    /// Whether that reference was left out.
    pub fn is_cut(&self, node: usize, position: usize) -> bool {
        self.cut.contains(&(node, position))
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// Orders the nodes `0..refers_to.len()`; `refers_to` holds for each node the nodes it refers to.
pub(crate) fn order(refers_to: &[Vec<usize>]) -> Order {
    let mut order = Order::default();
    let mut state = vec![State::New; refers_to.len()];
    for start in 0..refers_to.len() {
        if state[start] == State::New {
            walk(start, refers_to, &mut state, &mut order);
        }
    }
    order
}

/// Depth first, with a stack of its own: chains can be as long as a pack.
fn walk(start: usize, refers_to: &[Vec<usize>], state: &mut [State], order: &mut Order) {
    let mut stack = vec![(start, 0)];
    state[start] = State::Open;
    while let Some(top) = stack.last_mut() {
        let (node, position) = *top;
        top.1 += 1;
        match refers_to[node].get(position) {
            None => {
                state[node] = State::Done;
                order.nodes.push(node);
                stack.pop();
            }
            Some(next) if state[*next] == State::Open => order.cut.push((node, position)),
            Some(next) if state[*next] == State::New => {
                state[*next] = State::Open;
                stack.push((*next, 0));
            }
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_referred_to_comes_first() {
        let order = order(&[vec![1, 2], vec![2], vec![]]);
        assert_eq!(order, Order { nodes: vec![2, 1, 0], cut: vec![] });
    }

    #[test]
    fn every_circle_is_cut_once() {
        assert_eq!(order(&[vec![0]]).cut, [(0, 0)]);
        let two = order(&[vec![1], vec![2], vec![0], vec![2]]);
        assert_eq!((two.cut, two.nodes.len()), (vec![(2, 0)], 4));
    }
}
