package sotto.proxy.trunk;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Orders by lot. Stateless. */
final class Lot {
    private Lot() {}

    /**
     * All of them, each next one drawn from those that are left.
     *
     * @param weight above 0; of twice the weight is first twice as often
     */
    static <T> List<T> order(List<T> among, ToIntFunction<T> weight, RandomGenerator lot) {
        List<T> left = new ArrayList<>(among);
        List<T> order = new ArrayList<>();
        while (!left.isEmpty()) {
            order.add(left.remove(draw(left, weight, lot)));
        }
        return order;
    }

    private static <T> int draw(List<T> among, ToIntFunction<T> weight, RandomGenerator lot) {
        int at = lot.nextInt(among.stream().mapToInt(weight).sum());
        int index = 0;
        while (at >= weight.applyAsInt(among.get(index))) {
            at -= weight.applyAsInt(among.get(index));
            index++;
        }
        return index;
    }

    /** The same order, but those behind all others. */
    static <T> List<T> last(List<T> order, Predicate<T> those) {
        return Stream.concat(
                        order.stream().filter(those.negate()), order.stream().filter(those))
                .toList();
    }
}
