package io.zova.adversary;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.zova.adversary.History.Kind;
import io.zova.adversary.History.Operation;
import io.zova.adversary.History.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * Looks for anomalies in what clients saw of lists that they append to.
 * <p>
 * The final lists tell in which order the appends took effect, and each read, how many of
 * them it saw. So it is known which transaction must come before which: the one that
 * appended before the one that appended next (ww), the one that appended what was read
 * before its reader (wr), the reader before the one that appended next (rw), and whoever
 * was told of its end before whoever began after that (rt). Where these go round in a
 * circle there is no order in which the transactions could have run one after another.
 * This is how Elle works, by Kingsbury and Alvaro; the names of the anomalies are Adya's.
 */
final class ListAppendChecker {

	private final List<Node> nodes = new ArrayList<>();

	private final Map<Integer, List<Integer>> orders;

	/** Who appended a value so that it stayed. */
	private final Map<Integer, Node> writers = new HashMap<>();

	private final Set<Integer> undone = new HashSet<>();

	private final List<String> anomalies = new ArrayList<>();

	private ListAppendChecker(Map<Integer, List<Integer>> orders) {
		this.orders = orders;
	}

	/**
	 * Checks a history.
	 * @param transactions all that were run
	 * @param finalLists the lists in the end
	 * @return what is wrong, each beginning with the anomaly's name
	 */
	static List<String> check(List<Transaction> transactions, Map<Integer, List<Integer>> finalLists) {
		ListAppendChecker checker = new ListAppendChecker(finalLists);
		transactions.forEach(checker::add);
		return checker.check();
	}

	/** Takes reads that saw a state of their own for themselves. */
	private void add(Transaction transaction) {
		List<Operation> operations = transaction.operations();
		if (transaction.oneState()) {
			add(transaction, operations, transaction.begin(), transaction.end());
			return;
		}
		int next = 0;
		while (next < operations.size() && operations.get(next).kind() == Kind.READ) {
			int first = next;
			Operation read = operations.get(first);
			while (next < operations.size() && operations.get(next).begin() == read.begin()) {
				// One statement has read several lists.
				next++;
			}
			add(transaction, operations.subList(first, next), read.begin(), read.end());
		}
		if (next < operations.size()) {
			add(transaction, operations.subList(next, operations.size()), operations.get(next).begin(),
					transaction.end());
		}
	}

	private void add(Transaction transaction, List<Operation> operations, long begin, long end) {
		this.nodes.add(new Node(this.nodes.size(), transaction, operations, begin, end));
	}

	private List<String> check() {
		this.nodes.forEach(this::noteAppends);
		this.orders.forEach(this::checkOrder);
		this.nodes.forEach(this::checkReads);
		if (this.anomalies.isEmpty()) {
			addTimes();
			findCycles();
		}
		return this.anomalies;
	}

	private void noteAppends(Node node) {
		for (Operation operation : node.operations) {
			if (operation.kind() == Kind.APPEND && node.transaction.committed()) {
				int value = operation.values().get(0);
				this.writers.put(value, node);
				if (!this.orders.getOrDefault(operation.key(), List.of()).contains(value)) {
					this.anomalies.add("lost: %d of %s".formatted(value, node));
				}
			}
			else if (operation.kind() != Kind.READ) {
				this.undone.addAll(operation.values());
			}
		}
	}

	private void checkOrder(int key, List<Integer> order) {
		if (new HashSet<>(order).size() < order.size()) {
			this.anomalies.add("duplicate: in list %d: %s".formatted(key, order));
		}
		for (int i = 0; i < order.size(); i++) {
			checkExists(order.get(i), "the final list " + key);
			if (i > 0) {
				edge(this.writers.get(order.get(i - 1)), this.writers.get(order.get(i)), Edge.WW);
			}
		}
	}

	private void checkExists(int value, String where) {
		if (this.undone.contains(value)) {
			this.anomalies.add("G1a: %d was rolled back, but is in %s".formatted(value, where));
		}
		else if (!this.writers.containsKey(value)) {
			this.anomalies.add("unknown: nobody appended %d, but it is in %s".formatted(value, where));
		}
	}

	private void checkReads(Node node) {
		Map<Integer, Set<Integer>> own = new HashMap<>();
		for (Operation operation : node.operations) {
			Set<Integer> ownOfList = own.computeIfAbsent(operation.key(), (key) -> new HashSet<>());
			if (operation.kind() == Kind.APPEND) {
				ownOfList.addAll(operation.values());
			}
			else if (operation.kind() == Kind.READ) {
				checkRead(node, operation, ownOfList);
			}
		}
	}

	private void checkRead(Node node, Operation read, Set<Integer> own) {
		Set<Integer> seen = new HashSet<>(read.values());
		if (seen.size() < read.values().size()) {
			this.anomalies.add("duplicate: %s by %s".formatted(read, node));
		}
		if (!seen.containsAll(own)) {
			this.anomalies.add("internal: own %s are not in %s by %s".formatted(own, read, node));
		}
		seen.removeAll(own);
		int before = this.anomalies.size();
		seen.forEach((value) -> checkExists(value, read + " by " + node));
		List<Integer> order = this.orders.getOrDefault(read.key(), List.of());
		int count = seen.size();
		if (this.anomalies.size() > before) {
			return;
		}
		if (count > order.size() || !seen.equals(new HashSet<>(order.subList(0, count)))) {
			this.anomalies.add("holes: %s by %s are not the first of %s".formatted(read, node, order));
			return;
		}
		Node last = (count > 0) ? this.writers.get(order.get(count - 1)) : null;
		Node next = (count < order.size()) ? this.writers.get(order.get(count)) : null;
		if (last != null && last == next && last != node) {
			this.anomalies.add("G1b: %s by %s is from the middle of %s".formatted(read, node, last));
		}
		edge(last, node, Edge.WR);
		edge(node, next, Edge.RW);
	}

	private static void edge(@Nullable Node from, @Nullable Node to, Edge edge) {
		if (from != null && to != null && from != to) {
			from.edges.computeIfAbsent(to, (absent) -> EnumSet.noneOf(Edge.class)).add(edge);
		}
	}

	/** From those that had ended to each that began, but not where others are between. */
	private void addTimes() {
		List<Node> begins = this.nodes.stream().sorted(Comparator.comparingLong((node) -> node.begin)).toList();
		List<Node> ends = this.nodes.stream().sorted(Comparator.comparingLong((node) -> node.end)).toList();
		List<Node> newest = new ArrayList<>();
		int ended = 0;
		for (Node node : begins) {
			for (; ended < ends.size() && ends.get(ended).end < node.begin; ended++) {
				Node end = ends.get(ended);
				newest.removeIf((older) -> older.end < end.begin);
				newest.add(end);
			}
			newest.forEach((older) -> edge(older, node, Edge.RT));
		}
	}

	/** Searches with few kinds of edges first, to give the worst name that applies. */
	private void findCycles() {
		findCycle("G0", EnumSet.of(Edge.WW));
		findCycle("G1c", EnumSet.of(Edge.WW, Edge.WR));
		findCycle("stale read or late write", EnumSet.of(Edge.WW, Edge.WR, Edge.RT));
		findCycle("", EnumSet.allOf(Edge.class));
	}

	private void findCycle(String name, Set<Edge> kinds) {
		if (!this.anomalies.isEmpty()) {
			return;
		}
		List<Node> cycle = shortestCycle(kinds);
		if (!cycle.isEmpty()) {
			this.anomalies.add((name.isEmpty() ? nameOf(cycle) : name) + ": " + describe(cycle));
		}
	}

	private static String nameOf(List<Node> cycle) {
		int readsBeforeWrites = 0;
		boolean inTime = false;
		for (int i = 0; i < cycle.size(); i++) {
			Set<Edge> edges = cycle.get(i).edges.get(cycle.get((i + 1) % cycle.size()));
			readsBeforeWrites += edges.equals(Set.of(Edge.RW)) ? 1 : 0;
			inTime |= edges.equals(Set.of(Edge.RT));
		}
		return ((readsBeforeWrites == 1) ? "G-single" : "G2") + (inTime ? " in real time" : "");
	}

	private static String describe(List<Node> cycle) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < cycle.size(); i++) {
			Node node = cycle.get(i);
			text.append("\n    %s\n    -%s->".formatted(node, node.edges.get(cycle.get((i + 1) % cycle.size()))));
		}
		return text.append(" the first").toString();
	}

	private List<Node> shortestCycle(Set<Edge> kinds) {
		List<Node> shortest = List.of();
		for (Node start : this.nodes) {
			List<Node> cycle = cycleFrom(start, kinds, shortest.isEmpty() ? Integer.MAX_VALUE : shortest.size());
			shortest = cycle.isEmpty() ? shortest : cycle;
			if (shortest.size() == 2) {
				break;
			}
		}
		return shortest;
	}

	/** The shortest way back to a node in the edges of some kinds, if below a length. */
	private static List<Node> cycleFrom(Node start, Set<Edge> kinds, int below) {
		Map<Node, Node> cameFrom = new HashMap<>();
		Deque<Node> open = new ArrayDeque<>(List.of(start));
		while (!open.isEmpty()) {
			Node node = open.remove();
			for (Map.Entry<Node, Set<Edge>> next : node.edges.entrySet()) {
				boolean applies = next.getValue().stream().anyMatch(kinds::contains);
				if (applies && next.getKey() == start) {
					List<Node> cycle = new ArrayList<>();
					for (Node at = node; at != start; at = cameFrom.get(at)) {
						cycle.add(0, at);
					}
					cycle.add(0, start);
					return (cycle.size() < below) ? cycle : List.of();
				}
				if (applies && next.getKey() != start && cameFrom.putIfAbsent(next.getKey(), node) == null) {
					open.add(next.getKey());
				}
			}
		}
		return List.of();
	}

	private enum Edge {

		WW, WR, RW, RT

	}

	/**
	 * What takes effect at one moment: a transaction, or a read of it.
	 */
	private static final class Node {

		private final int number;

		private final Transaction transaction;

		private final List<Operation> operations;

		private final long begin;

		private final long end;

		private final Map<Node, Set<Edge>> edges = new HashMap<>();

		Node(int number, Transaction transaction, List<Operation> operations, long begin, long end) {
			this.number = number;
			this.transaction = transaction;
			this.operations = operations;
			this.begin = begin;
			this.end = end;
		}

		@Override
		public String toString() {
			return "T%d(%s, %d to %d%s)[%s]".formatted(this.number, this.transaction.client(), this.begin, this.end,
					this.transaction.committed() ? "" : ", rolled back",
					this.operations.stream().map(Node::shorten).collect(Collectors.joining("; ")));
		}

		private static String shorten(Operation operation) {
			List<Integer> values = operation.values();
			return (values.size() < 8) ? operation.toString() : "%s %d of %d, the last %s".formatted(operation.kind(),
					operation.key(), values.size(), values.subList(values.size() - 3, values.size()));
		}

	}

}
