/** What the stack would log, and must not: its texts quote messages and bodies. Knows no SIP. */
@NullMarked
package sotto.proxy.sip.log;

import org.jspecify.annotations.NullMarked;
