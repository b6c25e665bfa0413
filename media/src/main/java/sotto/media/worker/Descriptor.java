package sotto.media.worker;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/** The number by which the kernel knows a channel. Any thread; only where the JVM's flags allow it (docs/adr/0002). */
final class Descriptor {
    private static final @Nullable MethodHandle DESCRIPTOR = descriptor();

    private Descriptor() {}

    private static @Nullable MethodHandle descriptor() {
        try {
            return MethodHandles.lookup()
                    .unreflect(Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal"));
        } catch (ReflectiveOperationException notOpened) {
            return null;
        }
    }

    /** False where the JVM's flags do not allow it. */
    static boolean isKnown() {
        return DESCRIPTOR != null;
    }

    /** How many the process may have; very many where nobody says. */
    static long most() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    static int of(DatagramChannel channel) {
        if (DESCRIPTOR == null) {
            throw new IllegalStateException("no descriptors without --add-opens java.base/sun.nio.ch");
        }
        try {
            return (int) DESCRIPTOR.invoke(channel);
        } catch (Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("getFDVal cannot be called", e); // no method here declares one
        }
    }
}
