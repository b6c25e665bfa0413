@NullMarked
package sotto.media.dtmf;

import org.jspecify.annotations.NullMarked;
