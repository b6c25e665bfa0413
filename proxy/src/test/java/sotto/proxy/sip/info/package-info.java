@NullMarked
package sotto.proxy.sip.info;

import org.jspecify.annotations.NullMarked;
