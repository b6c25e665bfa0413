package sotto.proxy.e2e;

/** Bodies for SIPp, with its own words for addresses and ports. Stateless. */
public final class SippSdp {
    /** 30 octets of base64, which protect nobody. */
    public static final String KEY = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";

    private SippSdp() {}

    /** G.711 A-law and telephone-event. */
    public static String audio(String direction) {
        return of(
                "m=audio [media_port] RTP/AVP 8 101",
                "a=rtpmap:8 PCMA/8000",
                "a=rtpmap:101 telephone-event/8000",
                "a=fmtp:101 0-15",
                "a=" + direction);
    }

    /** The same with SRTP, keyed by SDES. */
    public static String srtp(String direction) {
        return of(
                "m=audio [media_port] RTP/SAVP 8 101",
                "a=rtpmap:8 PCMA/8000",
                "a=rtpmap:101 telephone-event/8000",
                "a=crypto:1 AES_CM_128_HMAC_SHA1_80 " + KEY,
                "a=" + direction);
    }

    /** A session with these media lines. */
    public static String of(String... media) {
        return at("[media_ip]", media);
    }

    /** The same with another address of the session. */
    public static String at(String address, String... media) {
        return """
                v=0
                o={me}-0 53655765 {version} IN IP[media_ip_type] [media_ip]
                s=-
                c=IN IP[media_ip_type] %s
                t=0 0
                %s
                """
                .formatted(address, String.join("\n", media));
    }
}
