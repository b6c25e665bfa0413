package sotto.media.srtp;

/** Both ways to run SRTP, so that a table can name them. Any thread. */
enum Engine {
    LIBCRYPTO {
        @Override
        SrtpTransform of(SrtpKeys keys) {
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
}
