package sotto.media.dtmf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a caller's line in an object of this package: every octet of native memory and every element of an array
 * that is not zero, in it or in what it refers to. Looks at all fields, so a scratch that is added later is seen too.
 */
public final class Residue {
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<String> places = new ArrayList<>();
    private int looked;

    private Residue() {}

    /** Where something is left: field and index. */
    public static List<String> of(Object root) {
        Residue residue = new Residue();
        residue.look(root.getClass().getSimpleName(), root);
        if (residue.looked < 1) {
            throw new AssertionError("nothing was looked at");
        }
        return residue.places;
    }

    private void look(String name, @Nullable Object value) {
        if (value == null || value instanceof Enum || !seen.add(value)) {
            return;
        }
        if (value instanceof MemorySegment memory) {
            looked++;
            for (long i = 0; i < memory.byteSize(); i++) {
                note(name, i, memory.get(ValueLayout.JAVA_BYTE, i) != 0);
            }
        } else if (value.getClass().isArray()) {
            looked++;
            for (int i = 0; i < Array.getLength(value); i++) {
                Object element = Array.get(value, i);
                boolean left =
                        element instanceof Number number ? number.doubleValue() != 0 : Boolean.TRUE.equals(element);
                note(name, i, left);
                if (element != null && element.getClass().isArray()) {
                    look(name + "[" + i + "]", element);
                }
            }
        } else if (value.getClass().getPackageName().equals(Residue.class.getPackageName())) {
            for (Field field : value.getClass().getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    look(name + "." + field.getName(), get(field, value));
                }
            }
        }
    }

    private void note(String name, long index, boolean left) {
        if (left) {
            places.add(name + "[" + index + "]");
        }
    }

    private static @Nullable Object get(Field field, Object of) {
        try {
            field.setAccessible(true);
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
