package sotto.media.srtp;

import java.util.Arrays;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.params.provider.Arguments;

/** Both ways to run SRTP, so that a table can name them. Any thread. */
enum Engine {
    LIBCRYPTO {
        @Override
        SrtpTransform of(SrtpKeys keys) {
            needLibcrypto();
            return LibcryptoTransform.of(keys);
        }
    },
    JITSI {
        @Override
        SrtpTransform of(SrtpKeys keys) {
            return new JitsiTransform(keys);
        }
    };

    abstract SrtpTransform of(SrtpKeys keys);

    /** A machine without libcrypto.so.3 skips what is about it; the same tables still run on jitsi-srtp. */
    static void needLibcrypto() {
        Assumptions.assumeThat(SrtpTransforms.engine()).startsWith("libcrypto");
    }

    /** Each engine with each suite. */
    static Stream<Arguments> withSuites() {
        return Arrays.stream(values())
                .flatMap(engine -> Arrays.stream(SrtpSuite.values()).map(suite -> Arguments.of(engine, suite)));
    }

    /** Each sealing engine with each opening engine and each suite. */
    static Stream<Arguments> pairsWithSuites() {
        return withSuites().flatMap(kind -> Arrays.stream(values())
                .map(opening -> Arguments.of(kind.get()[0], opening, kind.get()[1])));
    }
}
